pub struct Start;
