package org.reactivesessions.testkit.mock;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What is answered to queries, by their SQL. Immutable and therefore thread-safe.
 *
 * <p>BEGIN, COMMIT and ROLLBACK are answered as a server does, the question for the isolation level with a row, and everything
 * else with an empty answer, unless there is something else for it.
 *
 * @since 0.1.0
 */
public final class Answers {

    private static final Answers STANDARD = new Answers(List.of())
            .to("", ServerMessage.commandComplete("SELECT 0"), ServerMessage.readyForQuery('I'))
            .toRow("^SHOW TRANSACTION ISOLATION LEVEL", "read committed")
            .to("^BEGIN", ServerMessage.commandComplete("BEGIN"), ServerMessage.readyForQuery('T'))
            .to("^COMMIT", ServerMessage.commandComplete("COMMIT"), ServerMessage.readyForQuery('I'))
            .to("^ROLLBACK", ServerMessage.commandComplete("ROLLBACK"), ServerMessage.readyForQuery('I'));

    /**
     * One of them.
     *
     * @param last whether the client is disconnected behind it
     */
    record Answer(Pattern question, List<ServerMessage> said, boolean last) {}

    private final List<Answer> latestFirst;

    private Answers(List<Answer> latestFirst) {
        this.latestFirst = latestFirst;
    }

    /**
     * Begins with what every server answers.
     *
     * @return these answers
     */
    public static Answers standard() {
        return STANDARD;
    }

    /**
     * The same, and something for certain queries.
     *
     * @param regex pattern to be found in the SQL, ignoring case; what was added later comes first
     * @param said what is sent; nothing leaves the query unanswered
     * @return more answers
     */
    public Answers to(String regex, ServerMessage... said) {
        return with(regex, false, said);
    }

    /**
     * The same, and something for certain queries behind which the connection is closed.
     *
     * @param regex pattern to be found in the SQL, ignoring case; what was added later comes first
     * @param said what is sent; nothing closes the connection unanswered
     * @return more answers
     */
    public Answers lastTo(String regex, ServerMessage... said) {
        return with(regex, true, said);
    }

    private Answers with(String regex, boolean last, ServerMessage... said) {
        List<Answer> all = new ArrayList<>();
        all.add(new Answer(Pattern.compile(regex, Pattern.CASE_INSENSITIVE), List.of(said), last));
        all.addAll(latestFirst);
        return new Answers(List.copyOf(all));
    }

    /**
     * The same, and one row for certain queries, outside a transaction.
     *
     * @param regex pattern to be found in the SQL, ignoring case
     * @param values of its columns, as text
     * @return more answers
     */
    public Answers toRow(String regex, String... values) {
        String[] names = new String[values.length];
        for (int i = 0; i < names.length; i++) {
            names[i] = "c" + i;
        }
        return to(
                regex,
                ServerMessage.rowDescription(names),
                ServerMessage.dataRow(values),
                ServerMessage.commandComplete("SELECT 1"),
                ServerMessage.readyForQuery('I'));
    }

    Answer answer(String sql) {
        return latestFirst.stream()
                .filter(answer -> answer.question().matcher(sql).find())
                .findFirst()
                .orElseThrow();
    }
}
