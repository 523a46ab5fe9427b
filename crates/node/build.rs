//! Tells the linker of each platform how an addon is linked.
fn main() {
    napi_build::setup();
}
