(* Why equations (3) and (4) are two (specification, 6.4): merged into one with any public factor, they accept every
   ciphertext from a prover who knows the keys' secrets. *)
From mathcomp Require Import all_ssreflect all_algebra.
From Coq Require Import Ring.
From Plebiscite Require Import Fields LinearBits.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory. Local Open Scope ring_scope.

Section Merge.
Variables (F : fieldType) (V : lmodType F).
Add Ring scalars : (field_ring_theory F).
Ltac scalars := name_operations F; ring.
Variables (N d k : nat).
Variables (M : 'I_d -> 'I_N -> F) (v : 'I_d -> F) (L : 'I_k -> 'I_N -> F).
Variables (G H : V) (g : 'I_N -> V).
(* The keys' secrets, which this prover knows. *)
Variable p : 'I_k -> F.
Let P o := p o *: G.
(* The public factor of (3), which may depend on y. *)
Variable factor : F -> F.

(* factor (3) + (4), where A_R and A_E have become one point. *)
Definition equation_merged (m : first V k) (A_M : V) y x (c : answer F N) :=
  x *: (factor y *: R m + over_keys y (E m)) + A_M =
  tallied_at L y (resp c) *: G + z_rho c *: (factor y *: G + over_keys y P).

Definition accepts_merged m y (n : second V) A_M x c :=
  [/\ rule M v (resp c) x, equation_1 H g m x c, equation_2 G H n y x c & equation_merged m A_M y x c].

(* Any ciphertext of known logarithms: r, and e_o of each E_o. *)
Variables (r : F) (e : 'I_k -> F) (b a : 'I_N -> F) (r_B r_A tau1 tau0 w : F).
Let m := First (r *: G) (fun o => e o *: G) (commit H g b r_B) (commit H g a r_A).

Definition sum_keys y (u : 'I_k -> F) := \sum_(o < k) y ^+ o.+1 * u o.
(* The rho by which the merged equation holds for this y: it is not that of R, and another one for every y. *)
Definition shifted y := (factor y * r + sum_keys y e - tallied_at L y b) / (factor y + sum_keys y p).

Lemma over_keys_line y (u : 'I_k -> F) : over_keys y (fun o => u o *: G) = sum_keys y u *: G.
Proof. by rewrite /over_keys /sum_keys scaler_suml; apply: eq_bigr => o _; rewrite scalerA. Qed.

Lemma tallied_at_line y x : tallied_at L y (fun i => b i * x + a i) = x * tallied_at L y b + tallied_at L y a.
Proof.
rewrite /tallied_at mulr_sumr -big_split /=; apply: eq_bigr => o _.
by rewrite tallied_line; scalars.
Qed.

Theorem merged_forgery y x : legal M v b -> rule M v a 0 -> factor y + sum_keys y p != 0 ->
  accepts_merged m y (Second (t1 b a y *: G + tau1 *: H) (t0 a y *: G + tau0 *: H) 0 0)
    ((tallied_at L y a + w * (factor y + sum_keys y p)) *: G) x
    (Answer (fun i => b i * x + a i) (r_B * x + r_A) (tau1 * x + tau0) (shifted y * x + w)).
Proof.
move=> legal_b rule_a nz.
have [c0 c1 c2 _ _] := completeness L G H g P 0 r_B r_A tau1 tau0 0 y x legal_b rule_a.
split=> //; rewrite /equation_merged /= !over_keys_line tallied_at_line !scalerA -!scalerDl !scalerA -!scalerDl.
congr (_ *: _).
have s : shifted y * (factor y + sum_keys y p) = factor y * r + sum_keys y e - tallied_at L y b.
  by rewrite /shifted divfK.
rewrite mulrDl [shifted y * x * _]mulrAC s; scalars.
Qed.

(* So a ciphertext of any numbers t_o is accepted, beside a legal choice b that it does not encrypt. *)
Corollary merged_accepts_any (t : 'I_k -> F) y x : legal M v b -> rule M v a 0 ->
  factor y + sum_keys y p != 0 -> (forall o, e o = t o + r * p o) ->
  (forall o, E m o = t o *: G + r *: P o) /\ exists n A_M c, accepts_merged m y n A_M x c.
Proof.
move=> legal_b rule_a nz is_t; split; first by move=> o; rewrite /= is_t scalerDl scalerA.
by eexists; eexists; eexists; exact: merged_forgery.
Qed.
End Merge.
