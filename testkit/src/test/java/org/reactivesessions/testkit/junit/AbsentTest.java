package org.reactivesessions.testkit.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.reactivesessions.testkit.server.TestDatabase;

/** What happens where a library is not on the class path. */
class AbsentTest {

    @Test
    void withoutTestcontainersItMustBeNamedAsWhatToAdd() throws Exception {
        Class<?> containers = new Without("org.testcontainers.").loadClass(Containers.class.getName());
        Method arePossible = containers.getDeclaredMethod("arePossible");
        arePossible.setAccessible(true);
        assertThatThrownBy(() -> arePossible.invoke(null))
                .isInstanceOf(InvocationTargetException.class)
                .cause()
                .isInstanceOf(ExtensionConfigurationException.class)
                .hasMessageContaining("Add org.testcontainers:testcontainers to the tests' dependencies")
                .hasMessageContaining("which needs no Docker");
    }

    @Test
    void withoutCoreNobodyMustMissIt() throws Exception {
        ClassLoader without =
                new Without("org.reactivesessions.ReactiveSessions", "org.reactivesessions.SessionsProvider");
        Class<?> parameter = without.loadClass("org.reactivesessions.testkit.sessions.SessionsParameter");
        Object made = parameter.getConstructor().newInstance();
        Object supported = parameter.getMethod("supports", Class.class).invoke(made, String.class);
        assertThat(supported).isEqualTo(false);
    }

    /** Loads the classes of this project by itself, and finds nothing of what is absent. */
    private static final class Without extends ClassLoader {

        private final String[] absent;

        Without(String... absent) {
            super(AbsentTest.class.getClassLoader());
            this.absent = absent;
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            for (String prefix : absent) {
                if (name.startsWith(prefix)) {
                    throw new ClassNotFoundException(name);
                }
            }
            if (!name.startsWith("org.reactivesessions.") || name.equals(TestDatabase.class.getName())) {
                return super.loadClass(name, resolve);
            }
            Class<?> loaded = findLoadedClass(name);
            return loaded == null ? define(name) : loaded;
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            try (InputStream code = getResourceAsStream(name.replace('.', '/') + ".class")) {
                if (code == null) {
                    throw new ClassNotFoundException(name);
                }
                byte[] bytes = code.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException failed) {
                throw new ClassNotFoundException(name, failed);
            }
        }
    }
}
