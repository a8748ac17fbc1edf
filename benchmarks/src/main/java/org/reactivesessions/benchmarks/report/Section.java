package org.reactivesessions.benchmarks.report;

import java.util.List;

/**
 * What the page says of one suite. Immutable.
 *
 * @param suite its name
 * @param question what it answers
 * @param caption what a reader has to know before he believes a figure
 * @param views its tables
 */
record Section(String suite, String question, String caption, List<View> views) {

    Section {
        views = List.copyOf(views);
    }
}
