package org.reactivesessions.benchmarks;
import java.nio.file.Path;
import org.reactivesessions.benchmarks.report.*;
public final class Benchmarks { private Benchmarks(){}
  public static void main(String[] a){ Program.run(a, g -> BenchmarksPage.write(Path.of("docs"), BenchmarksPage.of(ResultFile.readAll(Path.of("docs","results","benchmarks")))));}
}
