class Old
