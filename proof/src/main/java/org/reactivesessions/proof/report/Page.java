package org.reactivesessions.proof.report;

import java.util.ArrayList;
import java.util.List;

/** Headings, paragraphs and tables, to be written as text or as HTML. Used by one thread. */
public final class Page {

    /** A part of a page. */
    sealed interface Block {}

    record Heading(String text) implements Block {}

    record Paragraph(String text) implements Block {}

    /** @param rows of which the first is the head */
    record Table(List<List<String>> rows) implements Block {}

    private final String title;
    private final List<Block> blocks = new ArrayList<>();

    public Page(String title) {
        this.title = title;
    }

    public Page heading(String text) {
        blocks.add(new Heading(text));
        return this;
    }

    public Page paragraph(String text) {
        blocks.add(new Paragraph(text));
        return this;
    }

    /**
     * Adds a table.
     *
     * @param rows of which the first is the head
     */
    public Page table(List<List<String>> rows) {
        blocks.add(new Table(rows));
        return this;
    }

    String title() {
        return title;
    }

    List<Block> blocks() {
        return blocks;
    }
}
