(module
  (memory (export "memory") 1)
  ;; Writes to $out the dot product of the int8 vector at $query with each of the $count vectors that
  ;; follow each other from $vectors on. $dimensions is a multiple of 16.
  (func (export "dotProducts")
    (param $query i32) (param $vectors i32) (param $count i32) (param $dimensions i32) (param $out i32)
    (local $end i32) (local $i i32) (local $sum v128) (local $a v128) (local $b v128)
    (local.set $end (i32.add (local.get $out) (i32.shl (local.get $count) (i32.const 2))))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $out) (local.get $end)))
        (local.set $sum (v128.const i32x4 0 0 0 0))
        (local.set $i (i32.const 0))
        (loop $more
          (local.set $a (v128.load (i32.add (local.get $query) (local.get $i))))
          (local.set $b (v128.load (i32.add (local.get $vectors) (local.get $i))))
          (local.set $sum (i32x4.add (local.get $sum) (i32x4.dot_i16x8_s
            (i16x8.extend_low_i8x16_s (local.get $a)) (i16x8.extend_low_i8x16_s (local.get $b)))))
          (local.set $sum (i32x4.add (local.get $sum) (i32x4.dot_i16x8_s
            (i16x8.extend_high_i8x16_s (local.get $a)) (i16x8.extend_high_i8x16_s (local.get $b)))))
          (br_if $more (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 16))) (local.get $dimensions))))
        (i32.store (local.get $out)
          (i32.add
            (i32.add (i32x4.extract_lane 0 (local.get $sum)) (i32x4.extract_lane 1 (local.get $sum)))
            (i32.add (i32x4.extract_lane 2 (local.get $sum)) (i32x4.extract_lane 3 (local.get $sum)))))
        (local.set $vectors (i32.add (local.get $vectors) (local.get $dimensions)))
        (local.set $out (i32.add (local.get $out) (i32.const 4)))
        (br $next)))))
