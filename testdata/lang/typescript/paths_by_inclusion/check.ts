import { x } from 'lib';
import { x as y } from '@own/own';
x; y;
