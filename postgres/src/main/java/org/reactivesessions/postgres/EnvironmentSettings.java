package org.reactivesessions.postgres;

import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads settings from environment variables: those of this library over what their URL says, and below that the ones other
 * programs read as well.
 *
 * <p>An environment belongs to many programs, so a variable that is not known is an error only where it must be ours: behind
 * {@code DATABASE_POOL_} and {@code DB_POOL_}, and behind {@code DATABASE_} if it is a letter or two away from one of ours. The
 * same behind {@code DB_} is a warning; everything else is somebody else's. Stateless.
 */
final class EnvironmentSettings {

    private static final Logger log = LoggerFactory.getLogger(EnvironmentSettings.class);

    private static final String OWN_ROOM = "POOL_";
    private static final Collection<String> OWN = Stream.of(Setting.values())
            .flatMap(setting -> Stream.ofNullable(setting.names().inEnvironment()))
            .collect(Collectors.toUnmodifiableSet());

    /** One wrong letter in four is a slip, more are another name. */
    private static final int LETTERS_PER_SLIP = 4;

    private static final int MOST_SLIPS = 2;

    private EnvironmentSettings() {}

    /**
     * Reads them.
     *
     * @param environment by name; an empty value counts as not set
     * @throws IllegalArgumentException if a name of ours is not known, or two for the same setting differ; the message shows no
     *     value
     */
    static GivenSettings read(Map<String, String> environment) {
        new TreeMap<>(environment).keySet().forEach(EnvironmentSettings::check);
        GivenSettings own = new GivenSettings();
        GivenSettings common = new GivenSettings();
        for (Setting setting : Setting.values()) {
            setting.names().variables().forEach(name -> put(environment, setting, name, own));
            String shared = setting.names().common();
            if (shared != null) {
                put(environment, setting, shared, common);
            }
        }
        return own.overTheirUrl().over(common);
    }

    private static void put(Map<String, String> environment, Setting setting, String name, GivenSettings to) {
        String text = environment.get(name);
        if (text != null && !text.isEmpty()) {
            to.put(setting, name, text);
        }
    }

    private static void check(String variable) {
        for (String prefix : SettingNames.PREFIXES) {
            if (variable.startsWith(prefix)) {
                check(variable, prefix, variable.substring(prefix.length()));
            }
        }
    }

    private static void check(String variable, String prefix, String name) {
        if (OWN.contains(name)) {
            return;
        }
        String nearest = Nearest.to(name, OWN);
        boolean slip = Nearest.distance(name, nearest) <= Math.min(MOST_SLIPS, nearest.length() / LETTERS_PER_SLIP);
        boolean ours = name.startsWith(OWN_ROOM);
        if (!ours && !slip) {
            return;
        }
        String problem = Nearest.unknown(variable, prefix + nearest);
        if (ours || prefix.equals(SettingNames.PREFIXES.get(0))) {
            throw new IllegalArgumentException(problem);
        }
        log.warn("The environment variable {}; it is taken for another program's.", problem);
    }
}
