import express from 'express';

const STOCK = process.env.STOCK || 'stock';
express().get('/orders', async () => fetch(`http://${STOCK}/items`)).listen(3007);
