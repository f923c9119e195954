var client = new HttpClient { BaseAddress = new Uri("http://users-api/") };
