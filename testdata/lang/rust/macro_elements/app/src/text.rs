pub struct Text;
