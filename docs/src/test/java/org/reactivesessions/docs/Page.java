package org.reactivesessions.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A Markdown page and its code blocks. A block of code that can run names its source in a comment before it,
 * {@code <!-- path/of/Source.java#tag -->}, or is a command of the project.
 */
final class Page {

    private static final Pattern BLOCK =
            Pattern.compile("(?:<!-- (\\S+)#(\\S+) -->\\n)?```(\\w*)\\n(.*?)```", Pattern.DOTALL);

    private final Path root;
    private final Path file;
    private final List<String> commands;

    /**
     * @param root the project, which sources are named from
     * @param commands what a block of shell commands may contain, line by line
     */
    Page(Path root, Path file, List<String> commands) {
        this.root = root;
        this.file = file;
        this.commands = commands;
    }

    /** What is wrong with the page's blocks; nothing if all are as their sources. */
    List<String> problems() {
        List<String> problems = new ArrayList<>();
        Matcher block = BLOCK.matcher(read(file));
        while (block.find()) {
            problem(block).ifPresent(what -> problems.add(file.getFileName() + ": " + what));
        }
        return problems;
    }

    private Optional<String> problem(Matcher block) {
        String language = block.group(3);
        String text = block.group(4);
        return switch (language) {
            case "java" ->
                block.group(1) == null
                        ? Optional.of("a block of Java without a source: " + firstLine(text))
                        : difference(block.group(1), block.group(2), text);
            case "bash" ->
                text.lines()
                        .filter(line -> !commands.contains(line.strip()))
                        .findFirst()
                        .map(line -> "a command that nothing runs: " + line);
            case "text", "mermaid", "xml" -> Optional.empty();
            default -> Optional.of("a block of an unknown kind \"" + language + "\": " + firstLine(text));
        };
    }

    private Optional<String> difference(String source, String tag, String text) {
        Pattern region = Pattern.compile(
                "// tag::" + Pattern.quote(tag) + "\\[]\\n(.*?)\\n *// end::" + Pattern.quote(tag) + "\\[]",
                Pattern.DOTALL);
        Matcher found = region.matcher(read(root.resolve(source)));
        if (!found.find()) {
            return Optional.of("no region \"" + tag + "\" in " + source);
        }
        String expected = found.group(1).stripIndent().strip();
        return expected.equals(text.strip())
                ? Optional.empty()
                : Optional.of("the block is not the region \"" + tag + "\" of " + source + ", which is\n" + expected);
    }

    private static String firstLine(String text) {
        return text.lines().findFirst().orElse("(empty)");
    }

    private static String read(Path path) {
        try {
            return Files.readAllLines(path).stream().collect(Collectors.joining("\n", "", "\n"));
        } catch (IOException unreadable) {
            throw new UncheckedIOException("cannot read " + path, unreadable);
        }
    }
}
