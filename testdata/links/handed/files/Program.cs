app.MapGet("/files/{id}", (string id) => Results.File(id));
