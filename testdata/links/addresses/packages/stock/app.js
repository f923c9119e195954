import express from 'express';

express().get('/items', () => []).listen(3008);
