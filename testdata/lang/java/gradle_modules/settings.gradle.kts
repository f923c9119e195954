rootProject.name = "acme"
include("core", ":shop")
