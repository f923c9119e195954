// @flow strict-local
import type {Kind} from './kind';
import {run} from './barrel';
import typeof Tool from './tool';
export {run} from './barrel';

export default class Main<T> {
  +kind: ?Kind;
  tool: {|value: T|};
  go(): ?Kind {
    return (run(this.kind): any);
  }
}
