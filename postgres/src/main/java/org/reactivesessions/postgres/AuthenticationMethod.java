package org.reactivesessions.postgres;

/**
 * How a server may have its users prove who they are, by the names libpq has for {@code require_auth}.
 *
 * @since 0.1
 */
public enum AuthenticationMethod {
    /**
     * Not at all, as far as the log-in goes: {@code trust} of {@code pg_hba.conf}, or {@code cert}, where the certificate of
     * the client has said it already.
     */
    NONE("none"),
    /** Without the password leaving this process, and with proof that the server knows it too: {@code scram-sha-256}. */
    SCRAM_SHA_256("scram-sha-256"),
    /** By a digest of the password that is as good as the password to whoever has seen it, or can break MD5. */
    MD5("md5"),
    /**
     * By the password itself, in clear text: {@code password}, {@code ldap}, {@code pam} and {@code radius} of {@code
     * pg_hba.conf}, and the tokens of cloud providers. Given only to a server that was made sure of by TLS, or on this machine.
     */
    PASSWORD("password");

    private final String text;

    AuthenticationMethod(String text) {
        this.text = text;
    }

    /** Its name in {@code require_auth}. */
    @Override
    public String toString() {
        return text;
    }
}
