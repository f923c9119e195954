// @flow
export {run} from './run';
