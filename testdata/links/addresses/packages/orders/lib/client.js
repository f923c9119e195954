import { getOrdersUrl } from '@shop/shared';

export class OrdersClient {
    list() {
        return fetch(`${getOrdersUrl()}/orders`);
    }
}
