package org.reactivesessions.testkit.scan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.reactivesessions.testkit.lint.Finding;
import org.reactivesessions.testkit.lint.LintReport;
import org.reactivesessions.testkit.lint.LintRule;
import org.yaml.snakeyaml.Yaml;

/** Names in class files may hold nearly every character; none may do anything in a report. */
class ReportInjectionTest {

    private static final String NAME = "<script>alert('x')</script>\"&\\\n\r\u001b[2J\u2028\u202e\ud800é";
    private static final LintReport REPORT =
            new LintReport(List.of(new Finding(LintRule.MANUAL_CLOSE, NAME, NAME, 7, NAME)), 1, List.of(NAME));

    @Test
    void aNameMustNotBecomePartOfThePage() {
        assertThat(ReportFormat.HTML.text(REPORT))
                .doesNotContain("<script", "alert('", "\u001b", "\u2028", "\u202e", "\ud800", "\r")
                .contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&quot;&amp;\\", "\\u000a\\u000d\\u001b[2J");
    }

    @Test
    void aNameMustNotEndItsStringInJson() {
        String json = ReportFormat.JSON.text(REPORT);
        assertThat(json).doesNotContain("<", "\u001b", "é").matches("[\\x20-\\x7e\\n]*");
        Map<String, Object> read = new Yaml().load(json.replace("\\ud800", "?"));
        assertThat(read.get("findings"))
                .asInstanceOf(InstanceOfAssertFactories.LIST)
                .singleElement()
                .asString()
                .contains("file=" + NAME.replace("\ud800", "?"), "line=7");
        assertThat(read.get("unread"))
                .asInstanceOf(InstanceOfAssertFactories.LIST)
                .hasSize(1);
    }

    @Test
    void aNameMustNotBeginALineOrSteerTheTerminal() {
        String text = ReportFormat.TEXT.text(REPORT);
        assertThat(text).doesNotContain("\u001b", "\r", "\u2028", "\u202e").contains("\\u000a\\u000d\\u001b[2J");
        assertThat(text.lines().filter(line -> line.contains("alert"))).hasSize(2);
    }

    @Test
    void nothingFoundMustBeAListToo() {
        assertThat(ReportFormat.JSON.text(new LintReport(List.of(), 3, List.of())))
                .contains("\"filesChecked\": 3", "\"findings\": []", "\"unread\": []");
    }
}
