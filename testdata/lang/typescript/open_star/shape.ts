export interface Shape { round: boolean }
