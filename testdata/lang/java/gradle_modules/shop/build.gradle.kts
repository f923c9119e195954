dependencies {
    // implementation(project(":other"))
    implementation(project(":core"))
}
