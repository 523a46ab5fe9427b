//! Times Jacobians in bulk: `cargo run --release -p chainrule-exec --example timing`.
use chainrule_exec::{Control, JacobianOptions, Order, Reduce, Rows, jacobian, set_threads};
use chainrule_tape::{Input, Scalar, Shape, Tape, Var, record};
use std::time::Instant;

fn main() {
    for threads in [1] {
        set_threads(threads).unwrap();
        if std::env::args().nth(1).is_none_or(|a| a == "sph") {
            spherical();
        }
        if std::env::args().nth(1).is_none_or(|a| a == "ba") {
            bundle();
        }
    }
}

fn best(mut f: impl FnMut()) -> f64 {
    f();
    let mut t: Vec<f64> = (0..60)
        .map(|_| {
            let s = Instant::now();
            f();
            s.elapsed().as_secs_f64()
        })
        .collect();
    t.sort_by(f64::total_cmp);
    t[30] * 1e3
}

fn spherical() {
    let tape = record(vec![Input::new("x", Shape::new(&[3]).unwrap())], |v| {
        let (r, t, p) = (v[0].at(0), v[0].at(1), v[0].at(2));
        let rho = r * t.sin();
        vec![Var::stack(&[rho * p.cos(), rho * p.sin(), r * t.cos()], 0)]
    })
    .unwrap();
    let j = jacobian(&tape, &JacobianOptions::default()).unwrap();
    if std::env::var("SHOW").is_ok() {
        println!("{}", j.program());
    }
    let n = 1_000_000;
    let x: Vec<f64> = (0..3 * n).map(|i| 0.5 + (i % 1013) as f64 / 1013.0).collect();
    let mut out = vec![0.0; 9 * n];
    println!(
        "sph 1e6 {:?}: {:.2} ms",
        j.mode(),
        best(|| j
            .at(n, &[Rows::Each(&x)], vec![None], Some(&mut out), Reduce::None, &Control::default())
            .unwrap())
    );
}

fn projection() -> Tape {
    let s = |d: &[u32]| Shape::new(d).unwrap();
    let inputs = vec![
        Input::new("cam", s(&[11])),
        Input::new("X", s(&[3])),
        Input::scalar("w"),
        Input::new("feat", s(&[2])).fixed(),
    ];
    record(inputs, |v| {
        let c: Vec<Var> = (0..11).map(|i| v[0].at(i)).collect();
        let x: Vec<Var> = (0..3).map(|i| v[1].at(i)).collect();
        let d = [x[0] - c[3], x[1] - c[4], x[2] - c[5]];
        let theta = (c[0] * c[0] + c[1] * c[1] + c[2] * c[2]).sqrt();
        let n = [c[0] / theta, c[1] / theta, c[2] / theta];
        let (si, co) = (theta.sin(), theta.cos());
        let dot = n[0] * d[0] + n[1] * d[1] + n[2] * d[2];
        let t = dot * (1.0 - co);
        let cr = [n[1] * d[2] - n[2] * d[1], n[2] * d[0] - n[0] * d[2], n[0] * d[1] - n[1] * d[0]];
        let q: Vec<Var> = (0..3).map(|i| d[i] * co + cr[i] * si + n[i] * t).collect();
        let p = [q[0] / q[2], q[1] / q[2]];
        let rs = p[0] * p[0] + p[1] * p[1];
        let l = (1.0 + c[9] * rs + c[10] * (rs * rs)) * c[6];
        let f = [v[3].at(0), v[3].at(1)];
        vec![Var::stack(&[(l * p[0] + c[7] - f[0]) * v[2], (l * p[1] + c[8] - f[1]) * v[2]], 0)]
    })
    .unwrap()
}

fn bundle() {
    let (n, m, p) = (49, 7776, 31843);
    let num = |k: usize, s: f64| -> Vec<f64> {
        (0..k).map(|i| s + (i * 7919 % 1013) as f64 / 1013.0).collect()
    };
    let (cam, x, w, feat) = (num(11 * n, 0.2), num(3 * m, 1.0), num(p, 0.5), num(2 * p, 0.0));
    let ci: Vec<i32> = (0..p).map(|i| (i % n) as i32).collect();
    let xi: Vec<i32> = (0..p).map(|i| (i % m) as i32).collect();
    let mut out = vec![0.0; 30 * p];
    for order in [Order::Forward, Order::Reverse] {
        let j = jacobian(&projection(), &JacobianOptions { order, ..Default::default() }).unwrap();
        let rows = [
            Rows::Indexed { table: &cam, index: &ci },
            Rows::Indexed { table: &x, index: &xi },
            Rows::Each(&w),
            Rows::Each(&feat),
        ];
        println!(
            "ba1 {:?} cost {}: {:.3} ms",
            j.mode(),
            j.cost(),
            best(|| j
                .at(p, &rows, vec![None], Some(&mut out), Reduce::None, &Control::default())
                .unwrap())
        );
    }
}
