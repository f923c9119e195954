import './more';
declare module 'api' {
    export interface Base { id: string }
}
