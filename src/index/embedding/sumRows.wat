(module
  ;; The model's memory, which other threads may read.
  (import "model" "memory" (memory 1 65536 shared))
  ;; Writes to $sum the sum (float32) of $count rows of int8, each times its weight. From $list on there are pairs of a
  ;; row's address and its weight (float32); $dimensions is a multiple of 16.
  (func (export "sumUp") (param $list i32) (param $count i32) (param $dimensions i32) (param $sum i32)
    (local $end i32) (local $entry i32) (local $at i32) (local $weight v128) (local $row v128) (local $half v128)
    (local $a v128) (local $b v128) (local $c v128) (local $d v128)
    (local.set $end (i32.add (local.get $list) (i32.shl (local.get $count) (i32.const 3))))
    (loop $block
      (local.set $a (v128.const i32x4 0 0 0 0))
      (local.set $b (v128.const i32x4 0 0 0 0))
      (local.set $c (v128.const i32x4 0 0 0 0))
      (local.set $d (v128.const i32x4 0 0 0 0))
      (local.set $entry (local.get $list))
      (block $done
        (loop $next
          (br_if $done (i32.ge_u (local.get $entry) (local.get $end)))
          (local.set $weight (v128.load32_splat offset=4 (local.get $entry)))
          (local.set $row (v128.load (i32.add (i32.load (local.get $entry)) (local.get $at))))
          (local.set $half (i16x8.extend_low_i8x16_s (local.get $row)))
          (local.set $a (f32x4.add (local.get $a) (f32x4.mul (local.get $weight)
            (f32x4.convert_i32x4_s (i32x4.extend_low_i16x8_s (local.get $half))))))
          (local.set $b (f32x4.add (local.get $b) (f32x4.mul (local.get $weight)
            (f32x4.convert_i32x4_s (i32x4.extend_high_i16x8_s (local.get $half))))))
          (local.set $half (i16x8.extend_high_i8x16_s (local.get $row)))
          (local.set $c (f32x4.add (local.get $c) (f32x4.mul (local.get $weight)
            (f32x4.convert_i32x4_s (i32x4.extend_low_i16x8_s (local.get $half))))))
          (local.set $d (f32x4.add (local.get $d) (f32x4.mul (local.get $weight)
            (f32x4.convert_i32x4_s (i32x4.extend_high_i16x8_s (local.get $half))))))
          (local.set $entry (i32.add (local.get $entry) (i32.const 8)))
          (br $next)))
      (local.set $entry (i32.add (local.get $sum) (i32.shl (local.get $at) (i32.const 2))))
      (v128.store (local.get $entry) (local.get $a))
      (v128.store offset=16 (local.get $entry) (local.get $b))
      (v128.store offset=32 (local.get $entry) (local.get $c))
      (v128.store offset=48 (local.get $entry) (local.get $d))
      (br_if $block (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 16))) (local.get $dimensions)))))
  ;; Writes to $out the vector of float32 at $sum as int8: each number in 127ths of the largest.
  (func (export "quantise") (param $sum i32) (param $dimensions i32) (param $out i32)
    (local $at i32) (local $end i32) (local $most v128) (local $largest f32) (local $scale v128)
    (local.set $end (i32.add (local.get $sum) (i32.shl (local.get $dimensions) (i32.const 2))))
    (local.set $at (local.get $sum))
    (loop $next
      (local.set $most (f32x4.max (local.get $most) (f32x4.abs (v128.load (local.get $at)))))
      (br_if $next (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 16))) (local.get $end))))
    (local.set $largest (f32.max
      (f32.max (f32x4.extract_lane 0 (local.get $most)) (f32x4.extract_lane 1 (local.get $most)))
      (f32.max (f32x4.extract_lane 2 (local.get $most)) (f32x4.extract_lane 3 (local.get $most)))))
    (if (f32.gt (local.get $largest) (f32.const 0))
      (then (local.set $scale (f32x4.splat (f32.div (f32.const 127) (local.get $largest))))))
    (local.set $at (local.get $sum))
    (loop $write
      (v128.store (local.get $out) (i8x16.narrow_i16x8_s
        (i16x8.narrow_i32x4_s
          (i32x4.trunc_sat_f32x4_s (f32x4.nearest (f32x4.mul (local.get $scale) (v128.load (local.get $at)))))
          (i32x4.trunc_sat_f32x4_s (f32x4.nearest (f32x4.mul (local.get $scale) (v128.load offset=16 (local.get $at))))))
        (i16x8.narrow_i32x4_s
          (i32x4.trunc_sat_f32x4_s (f32x4.nearest (f32x4.mul (local.get $scale) (v128.load offset=32 (local.get $at)))))
          (i32x4.trunc_sat_f32x4_s (f32x4.nearest (f32x4.mul (local.get $scale) (v128.load offset=48 (local.get $at))))))))
      (local.set $out (i32.add (local.get $out) (i32.const 16)))
      (br_if $write (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 64))) (local.get $end))))))
