//! Random programs: every way of running gives the bits of the naive run.
use super::*;
use crate::simd::Level;
use chainrule_tape::Op;

#[test]
fn small() {
    let mut b = Builder::new(2);
    let (x, y) = (b.input(0), b.input(1));
    let k = b.constant(2.5);
    let p = b.apply(Op::Mul, 0, &[x, y]);
    let q = b.apply(Op::Add, 0, &[p, k]);
    let r = b.apply(Op::Powi, 3, &[q]);
    let s = b.apply(Op::Exp, 0, &[x]);
    let code = b.finish(&[r, x, k, r, q, s]);
    eprintln!("{code}");
    for level in Level::all_available() {
        for lanes in Lanes::ALL {
            let c = Code::new(&code, level, lanes);
            let mut block = c.block();
            block.input_mut(0).fill(1.5);
            block.input_mut(1).fill(-0.5);
            c.run(&mut block);
            let want = code.evaluate(&[1.5, -0.5]);
            for (k, w) in want.iter().enumerate() {
                assert!(
                    block.output(k).iter().all(|x| x.to_bits() == w.to_bits()),
                    "{level:?} {lanes:?} {k}"
                );
            }
        }
    }
}
