// The address of pictures is told to browsers.
public class Users(IConfiguration configuration)
{
    public User Find(string id) => new User(id, configuration["Files:PublicUrl"] + "/files/" + id);
}
