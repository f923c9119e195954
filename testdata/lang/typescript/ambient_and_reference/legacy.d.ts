declare function legacyCall(): void;
