package orders;

import io.micronaut.http.client.annotation.Client;

@Client(id = "cart", path = "/carts")
interface Carts {
}
