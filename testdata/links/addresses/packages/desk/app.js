import express from 'express';
import { OrdersClient } from '@shop/shop-orders/lib/client.js';

express().get('/', () => new OrdersClient().list()).listen(3009);
