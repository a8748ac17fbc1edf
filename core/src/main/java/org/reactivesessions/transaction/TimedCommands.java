package org.reactivesessions.transaction;

import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.reactivesessions.wire.DriverContext;
import reactor.util.context.Context;

/** Makes the commands of one life, each under the life's one deadline. As thread-safe as the deadline. */
final class TimedCommands {

    private final Deadline deadline;
    private final Context context;

    /** @param context the subscriber's; its discard hooks are hidden from the driver */
    TimedCommands(Deadline deadline, Context context) {
        this.deadline = deadline;
        this.context = DriverContext.of(context);
    }

    /** A command whose time starts now. */
    ControlCommand make(String what, Duration limit, ControlCommand.Answer answer) {
        ControlCommand command = waiting(what, answer);
        start(command, limit);
        return command;
    }

    /** A command whose time does not start before {@link #start}. */
    ControlCommand waiting(String what, ControlCommand.Answer answer) {
        return new ControlCommand(what, context, (answered, error) -> {
            deadline.disarm();
            answer.came(answered, error);
        });
    }

    /** Starts the time of a command, unless it was answered. */
    void start(ControlCommand command, Duration limit) {
        if (command.isUnanswered()) {
            deadline.arm(
                    limit,
                    () -> command.expire(new TimeoutException(
                            command.what() + " was not answered within " + limit.toMillis() + " ms")));
        }
    }
}
