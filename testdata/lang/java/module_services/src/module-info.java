import app.Spi;

module app {
    requires java.sql;
    exports app;
    uses Spi;
    provides Spi with app.impl.One;
}
