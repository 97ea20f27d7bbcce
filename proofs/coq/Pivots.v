(* Solving the pivots (specification, 6.1): done row by row in the form's order it completes any values at the free bits
   to the one vector that obeys the rule, so that a verifier who is sent the free responses has all of them. *)
From mathcomp Require Import all_ssreflect all_algebra.
From Coq Require Import Ring.
From Plebiscite Require Import Fields LinearBits.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory. Local Open Scope ring_scope.

Section Pivots.
Variable F : fieldType.
Add Ring scalars : (field_ring_theory F).
Ltac scalars := name_operations F; ring.
Variables (N d : nat) (M : 'I_d -> 'I_N -> F) (v : 'I_d -> F) (pivot : 'I_d -> 'I_N).
Implicit Types (w f : 'I_N -> F) (s : F) (r : 'I_d).

(* Refusals 4 and 5 of 6.1. *)
Hypothesis pivot_sign : forall r, M r (pivot r) = 1 \/ M r (pivot r) = -1.
Hypothesis pivot_order : forall r r', (r < r')%N -> M r (pivot r') = 0.

Definition free i := forall r, i != pivot r.
Definition holds r f s := \sum_i M r i * f i = s * v r.

(* One row: w_p = M_p (s v - sum of the others). *)
Definition solve_row s w r : 'I_N -> F :=
  fun i => if i == pivot r then M r (pivot r) * (s * v r - \sum_(j | j != pivot r) M r j * w j) else w i.
(* All rows, in order. *)
Definition solve s w : 'I_N -> F := foldl (solve_row s) w (enum 'I_d).

Lemma sign_square r : M r (pivot r) * M r (pivot r) = 1.
Proof. by case: (pivot_sign r) => ->; scalars. Qed.

Lemma sign_nonzero r : M r (pivot r) != 0.
Proof. by case: (pivot_sign r) => ->; rewrite ?oppr_eq0 oner_eq0. Qed.

(* Pivots are distinct, so there are no more rows than bits. *)
Lemma pivots_distinct : injective pivot.
Proof.
move=> r r' same; apply/val_inj; case: (ltngtP r r') => // before; exfalso.
  by move/eqP: (pivot_order before); rewrite -same (negPf (sign_nonzero r)).
by move/eqP: (pivot_order before); rewrite same (negPf (sign_nonzero r')).
Qed.

Lemma solved_row_holds s w r : holds r (solve_row s w r) s.
Proof.
rewrite /holds (bigD1 (pivot r)) //= /solve_row eqxx.
rewrite [X in _ + X](eq_bigr (fun j => M r j * w j)); last by move=> j /negPf ->.
by rewrite mulrA sign_square mul1r subrK.
Qed.

(* An earlier row does not hold the pivot that is solved: it stays as it is. *)
Lemma earlier_row_stays s w r r' : (r < r')%N -> holds r w s -> holds r (solve_row s w r') s.
Proof.
move=> before; rewrite /holds => <-; apply: eq_bigr => i _; rewrite /solve_row.
by case: eqP => // ->; rewrite pivot_order // !mul0r.
Qed.

Lemma later_rows_leave s l w r : all (fun r' : 'I_d => (r < r')%N) l -> holds r w s ->
  holds r (foldl (solve_row s) w l) s.
Proof.
elim: l w => //= r' l IH w /andP[before all_l] h; apply: IH => //; exact: earlier_row_stays.
Qed.

Lemma rows_solved s l w : sorted (fun r r' : 'I_d => (r < r')%N) l ->
  forall r, r \in l -> holds r (foldl (solve_row s) w l) s.
Proof.
have transitive : transitive (fun r r' : 'I_d => (r < r')%N) by move=> a b c; exact: ltn_trans.
elim: l w => //= r l IH w ordered r'; rewrite inE => /orP[/eqP ->|inside].
  apply: later_rows_leave; last exact: solved_row_holds.
  exact: order_path_min transitive ordered.
by apply: IH => //; exact: path_sorted ordered.
Qed.

Theorem solve_obeys s w : rule M v (solve s w) s.
Proof.
move=> r; apply: rows_solved; last by rewrite mem_enum.
have : sorted ltn (map val (enum 'I_d)) by rewrite val_enum_ord iota_ltn_sorted.
by rewrite sorted_map.
Qed.

Lemma free_stays s l w i : (forall r, r \in l -> i != pivot r) -> foldl (solve_row s) w l i = w i.
Proof.
elim: l w => //= r l IH w other; rewrite IH; last by move=> r' inside; apply: other; rewrite inE inside orbT.
by rewrite /solve_row (negPf (other r _)) // inE eqxx.
Qed.

Theorem solve_keeps_free s w i : free i -> solve s w i = w i.
Proof. by move=> other; apply: free_stays => r _. Qed.

(* There is no other vector: a prover's responses are those that the verifier solves. *)
Theorem solution_unique s f f' : rule M v f s -> rule M v f' s -> (forall i, free i -> f i = f' i) -> f =1 f'.
Proof.
move=> e e' same.
have at_pivot n r : (r < n)%N -> f (pivot r) = f' (pivot r).
  elim: n r => // n IH r; rewrite ltnS => upto.
  apply: (mulfI (sign_nonzero r)); apply: (addIr (\sum_(j | j != pivot r) M r j * f j)).
  have := e r; rewrite (bigD1 (pivot r)) //= => ->.
  rewrite -(e' r) (bigD1 (pivot r)) //=; congr (_ + _); apply/esym/eq_bigr => j other.
  case: (boolP [exists r', j == pivot r']) => [/existsP[r' /eqP is_pivot]|no_pivot].
    case: (ltngtP r' r) => [before|after|equal].
    - by rewrite is_pivot IH // (leq_trans before).
    - by rewrite is_pivot pivot_order // !mul0r.
    - by rewrite is_pivot (_ : r' = r) ?eqxx // in other; apply: val_inj.
  rewrite same // => r'; apply: contraNN no_pivot => /eqP ->; apply/existsP; by exists r'.
move=> i; case: (boolP [exists r, i == pivot r]) => [/existsP[r /eqP ->]|no_pivot]; first exact: (at_pivot r.+1).
by apply: same => r; apply: contraNN no_pivot => /eqP ->; apply/existsP; exists r.
Qed.

(* What the verifier solves from the free ones of the honest responses is all of them. *)
Corollary solved_responses b a x w : legal M v b -> rule M v a 0 ->
  (forall i, free i -> w i = b i * x + a i) -> solve x w =1 (fun i => b i * x + a i).
Proof.
move=> [_ legal_b] rule_a same; apply: (@solution_unique x); first exact: solve_obeys.
  by move=> r; rewrite (rule_line x legal_b rule_a) mulr1 addr0.
by move=> i other; rewrite solve_keeps_free // same.
Qed.
End Pivots.
