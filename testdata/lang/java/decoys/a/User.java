package a;

/** See {@link Other} and {@code new Other()}. */
class User {
    // Other other;
    String text = "Other";
    String block = """
        Other x = new Other();
        """;
    <Other> Other go(Other x) { Object Thing = x; Thing.toString(); Thing(); return null; }
    void Thing() {}
}
