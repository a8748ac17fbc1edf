package org.reactivesessions.testkit.scan;

/** Names from class files, which may hold anything, made fit to be printed. */
final class Printable {

    private Printable() {}

    /** The text with every control character, line ends included, spelled out. */
    static String of(String text) {
        StringBuilder printable = new StringBuilder(text.length());
        text.chars().forEach(character -> {
            if (isControl((char) character)) {
                printable.append(String.format("\\u%04x", character));
            } else {
                printable.append((char) character);
            }
        });
        return printable.toString();
    }

    /** Also what turns the direction of the text, or ends a line of JavaScript only. */
    static boolean isControl(char character) {
        int type = Character.getType(character);
        return type == Character.CONTROL
                || type == Character.FORMAT
                || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR
                || type == Character.SURROGATE;
    }
}
