const express = require("express");
const Redis = require("ioredis");
const { MongoClient } = require("mongodb");

const words = ["mysql", "postgres"];
express().listen(3000);
