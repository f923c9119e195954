export {};
declare module 'api' {
    export interface More extends Base { more: Other }
    interface Other { x: 1 }
}
