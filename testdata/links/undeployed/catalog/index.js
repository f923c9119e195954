const express = require("express");
const pg = require("pg");
const mysql = require("mysql2");

// Which of them a setting decides.
const connect = process.env.DIALECT === "mysql" ? mysql.createPool : pg.connect;
express().listen(3000);
