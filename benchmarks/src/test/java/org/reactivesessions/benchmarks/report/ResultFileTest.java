package org.reactivesessions.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResultFileTest {

    @Test
    void whatIsWrittenMustBeRead(@TempDir Path folder) throws IOException {
        SuiteResult result = Planted.concurrency(RunSize.SHORT, 100.25);

        ResultFile.write(folder.resolve("new"), result);

        assertThat(ResultFile.read(ResultFile.of(folder.resolve("new"), "concurrency")))
                .isEqualTo(result);
        assertThat(ResultFile.readAll(folder.resolve("new"))).containsExactly(result);
        assertThat(ResultFile.text(result)).isEqualTo(ResultFile.text(ResultFile.parse(ResultFile.text(result))));
    }

    @Test
    void withoutAFolderThereMustBeNoResults(@TempDir Path folder) throws IOException {
        assertThat(ResultFile.readAll(folder.resolve("nowhere"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{}",
                "{\"suite\": 1}",
                "{\"suite\": \"a\", \"size\": \"long\", \"method\": \"m\", \"environment\": [], \"measurements\": []}",
                "{\"suite\": \"a\", \"size\": \"full\", \"method\": \"m\", \"environment\": [1], \"measurements\": []}",
                "{\"suite\": \"a\", \"size\": \"full\", \"method\": \"m\", \"environment\": [], \"measurements\": [{}]}",
                "{\"suite\": \"a\", \"size\": \"full\", \"method\": \"m\", \"environment\": [], \"measurements\":"
                        + " [{\"metric\": \"m\", \"values\": []}]}"
            })
    void anythingElseMustBeRefusedWithTheNameOfTheFile(String text, @TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("wrong.json"), text);

        assertThatThrownBy(() -> ResultFile.readAll(folder))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(file + " is not a file of results: ")
                .hasMessageEndingWith("Measure the suite again");
    }
}
