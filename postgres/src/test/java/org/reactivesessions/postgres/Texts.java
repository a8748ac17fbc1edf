package org.reactivesessions.postgres;

import java.util.Random;

/** Text that is made to break a quoting function. */
final class Texts {

    /** What ends, escapes or begins something in SQL; what ends in a backslash or a quote in SJIS or GBK; and the rest. */
    private static final String[] PIECES = {
        "'", "''", "\\", "\\\\", "\\'", "'\\", "$1", "$$", "$a$", ";", "--", "/*", "*/", "\n", "\r", "\t", "\"", "E'",
        "U&'", "COMMIT", "\\u0041", "\\x41", "\u0001", "\u007F", "é", "ß", "ソ", "表", "能", "誠", "運", "縗", "繸", "\u00A0",
        "\u2028", "\uFEFF", "\uFFFF", "😀", "𠮷", "a", "Z", "0", " ", ",", "%"
    };

    private Texts() {}

    /** Text without NUL and without halves of surrogate pairs, from nothing to a few dozen characters. */
    static String random(Random random) {
        StringBuilder text = new StringBuilder();
        for (int left = random.nextInt(16); left > 0; left--) {
            if (random.nextInt(4) > 0) {
                text.append(PIECES[random.nextInt(PIECES.length)]);
            } else {
                text.appendCodePoint(character(random));
            }
        }
        return text.toString();
    }

    private static int character(Random random) {
        int limit = random.nextBoolean() ? 0x3000 : Character.MAX_CODE_POINT + 1;
        int character = 1 + random.nextInt(limit - 1);
        boolean half = character <= Character.MAX_VALUE && Character.isSurrogate((char) character);
        return half ? 'x' : character;
    }
}
