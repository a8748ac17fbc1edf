package org.reactivesessions.proof.nemesis;

/**
 * One fault of a schedule.
 *
 * @param number which one, from 1
 * @param at how many operations were begun when it is due
 * @param fault what happens
 * @param millis how long it lasts, if it does
 * @param choice a random number, such as whom it meets
 */
public record Event(int number, long at, FaultKind fault, int millis, int choice) {

    @Override
    public String toString() {
        return number + " at " + at + " " + fault + " " + millis + " ms " + choice;
    }
}
