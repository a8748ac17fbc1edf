package org.reactivesessions.benchmarks.report;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The files of results: JSON with a line for each measurement, so that a difference can be read. Whoever writes what was read
 * writes the same bytes. Stateless.
 */
public final class ResultFile {

    private static final String ENDING = ".json";

    /** More digits than any of these figures has. */
    private static final MathContext DIGITS = new MathContext(6);

    private ResultFile() {}

    /**
     * Where the results of a suite are.
     *
     * @param folder that of all results
     * @param suite its name
     * @return its file
     */
    public static Path of(Path folder, String suite) {
        return folder.resolve(suite + ENDING);
    }

    /**
     * Writes the results of a suite.
     *
     * @param folder that of all results; made if it is not there
     * @param result what to write
     * @throws IOException if that is not possible
     */
    public static void write(Path folder, SuiteResult result) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(of(folder, result.suite()), text(result));
    }

    /**
     * Reads all results there are.
     *
     * @param folder where they are
     * @return by name
     * @throws IOException if that is not possible
     * @throws IllegalArgumentException if a file is not understood; the message names it
     */
    public static List<SuiteResult> readAll(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        List<Path> files;
        try (Stream<Path> listed = Files.list(folder)) {
            files = listed.filter(file -> file.toString().endsWith(ENDING))
                    .sorted()
                    .toList();
        }
        List<SuiteResult> results = new ArrayList<>();
        for (Path file : files) {
            results.add(read(file));
        }
        return results;
    }

    /**
     * Reads the results of a suite.
     *
     * @param file its file
     * @return what is in it
     * @throws IOException if it cannot be read
     * @throws IllegalArgumentException if it is not understood; the message names it
     */
    public static SuiteResult read(Path file) throws IOException {
        try {
            return parse(Files.readString(file));
        } catch (DecodeException | ClassCastException | NullPointerException | IllegalArgumentException wrong) {
            throw new IllegalArgumentException(
                    file + " is not a file of results: " + wrong.getMessage() + ". Measure the suite again", wrong);
        }
    }

    static SuiteResult parse(String text) {
        JsonObject json = new JsonObject(text);
        return new SuiteResult(
                text(json, "suite"),
                RunSize.named(text(json, "size")),
                text(json, "method"),
                array(json, "environment").stream().map(String.class::cast).toList(),
                array(json, "measurements").stream()
                        .map(JsonObject.class::cast)
                        .map(ResultFile::measurement)
                        .toList());
    }

    private static Measurement measurement(JsonObject json) {
        Map<String, String> params = new LinkedHashMap<>();
        JsonObject given = json.getJsonObject("params");
        (given == null ? new JsonObject() : given)
                .forEach(param -> params.put(param.getKey(), (String) param.getValue()));
        return new Measurement(
                params,
                text(json, "metric"),
                array(json, "values").stream()
                        .map(value -> ((Number) value).doubleValue())
                        .toList());
    }

    private static String text(JsonObject json, String name) {
        return required(json.getString(name), name);
    }

    private static JsonArray array(JsonObject json, String name) {
        return required(json.getJsonArray(name), name);
    }

    private static <T> T required(@Nullable T value, String name) {
        if (value == null) {
            throw new IllegalArgumentException("it has no \"" + name + "\"");
        }
        return value;
    }

    static String text(SuiteResult result) {
        StringBuilder text = new StringBuilder("{\n");
        text.append(member("suite", result.suite()));
        text.append(member("size", result.size().toString()));
        text.append(member("method", result.method()));
        text.append("  \"environment\": [\n");
        text.append(lines(result.environment().stream().map(ResultFile::quoted).toList()));
        text.append("  ],\n  \"measurements\": [\n");
        text.append(lines(result.measurements().stream().map(ResultFile::line).toList()));
        return text.append("  ]\n}\n").toString();
    }

    private static String member(String name, String value) {
        return "  " + quoted(name) + ": " + quoted(value) + ",\n";
    }

    private static String lines(List<String> elements) {
        return elements.isEmpty() ? "" : "    " + String.join(",\n    ", elements) + "\n";
    }

    private static String line(Measurement measurement) {
        JsonArray values = new JsonArray();
        measurement.values().forEach(value -> values.add(rounded(value)));
        return new JsonObject()
                .put("params", new JsonObject(new LinkedHashMap<>(measurement.params())))
                .put("metric", measurement.metric())
                .put("values", values)
                .encode();
    }

    private static double rounded(double value) {
        return new BigDecimal(value).round(DIGITS).doubleValue();
    }

    private static String quoted(String text) {
        return new JsonArray().add(text).encode().replaceAll("^\\[|\\]$", "");
    }
}
