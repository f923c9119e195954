use crate::factory::make;
pub fn f() { make().spin(); let wheel = make(); wheel.spin(); let _ = wheel.size; }
