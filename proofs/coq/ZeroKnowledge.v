(* Perfect zero knowledge of the ballot's proof against the honest verifier (specification, 6.4, last paragraph).

   For every pair of challenges, the prover's random scalars and the simulator's random values correspond one to one, and
   corresponding ones give the same transcript, byte for byte. So both distributions are the same. Nothing is asked of
   the challenges; H must generate the group, as every element but the identity does in a group of prime order. *)
From mathcomp Require Import all_ssreflect all_algebra.
From Coq Require Import Ring.
From Plebiscite Require Import Fields LinearBits.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory. Local Open Scope ring_scope.

Section ZeroKnowledge.
Variables (F : fieldType) (V : lmodType F).
Add Ring scalars : (field_ring_theory F).
Ltac scalars := name_operations F; ring.
Variables (N d k : nat).
Variables (M : 'I_d -> 'I_N -> F) (v : 'I_d -> F) (L : 'I_k -> 'I_N -> F).
Variables (G H : V) (g : 'I_N -> V) (P : 'I_k -> V).
Notation rule := (rule M v).

(* The logarithm to the base H: it exists, though nobody computes it. *)
Variable logarithm : V -> F.
Hypothesis H_generates : forall u, logarithm u *: H = u.
Hypothesis logarithm_unique : forall c, logarithm (c *: H) = c.

(* What the prover draws; the a of a legal proof obey the rule at 0. *)
Record drawn := Drawn { a : {ffun 'I_N -> F}; r_B : F; r_A : F; tau1 : F; tau0 : F; w : F }.
(* What the simulator draws; its f obey the rule at x. *)
Record chosen := Chosen { f : {ffun 'I_N -> F}; c_B : F; c_T : F; c_rho : F; s_B : V; s_T1 : V }.

(* What a verifier sees of one proof of the given ciphertext, beside the challenges. *)
Record view := View { seen_B : V; seen_A : V; seen_T1 : V; seen_T0 : V; seen_A_R : V; seen_A_E : V;
  seen_f : {ffun 'I_N -> F}; seen_z_B : F; seen_z_T : F; seen_z_rho : F }.

Variables (b : {ffun 'I_N -> F}) (rho : F) (x y : F).
Hypothesis legal_b : legal M v b.
(* The ciphertext that both speak of. *)
Let R := rho *: G.
Let E (o : 'I_k) := tallied L o b *: G + rho *: P o.

(* The honest prover's proof. *)
Definition real (u : drawn) : view :=
  let m := prover_1 L G H g P b (a u) rho (r_B u) (r_A u) in
  let n := prover_2 L G H P b (a u) (tau1 u) (tau0 u) (w u) y in
  let c := prover_3 b (a u) rho (r_B u) (r_A u) (tau1 u) (tau0 u) (w u) x in
  View (B m) (A m) (T1 n) (T0 n) (A_R n) (A_E n) [ffun i => resp c i] (z_B c) (z_T c) (z_rho c).

(* The simulator: it is given R and E, neither b nor rho, and solves the four equations for A, T0, A_R and A_E. *)
Definition simulated (S : V) (D : 'I_k -> V) (u : chosen) : view :=
  View (s_B u) (commit H g (f u) (c_B u) - x *: s_B u)
    (s_T1 u) (bit_sum y x (f u) *: G + c_T u *: H - x *: s_T1 u)
    (c_rho u *: G - x *: S)
    (tallied_at L y (f u) *: G + c_rho u *: over_keys y P - x *: over_keys y D)
    (f u) (c_B u) (c_T u) (c_rho u).

(* The correspondence, and its inverse. *)
Definition choose (u : drawn) : chosen :=
  Chosen [ffun i => b i * x + a u i] (r_B u * x + r_A u) (tau1 u * x + tau0 u) (rho * x + w u)
    (commit H g b (r_B u)) (t1 b (a u) y *: G + tau1 u *: H).
Definition draw (u : chosen) : drawn :=
  let a' := [ffun i => f u i - b i * x] in
  let r := logarithm (s_B u - \sum_i b i *: g i) in
  let t := logarithm (s_T1 u - t1 b a' y *: G) in
  Drawn a' r (c_B u - r * x) t (c_T u - t * x) (c_rho u - rho * x).

Lemma ffun_line (f' : {ffun 'I_N -> F}) : [ffun i => [ffun j => b j * x + f' j] i - b i * x] = f'.
Proof. by apply/ffunP => i; rewrite !ffunE addrC addKr. Qed.

Lemma draw_choose : cancel choose draw.
Proof.
case=> a' rB rA t t' w'; rewrite /draw /choose /= ffun_line.
rewrite /commit [_ + rB *: H]addrC addrK logarithm_unique [_ + t *: H]addrC addrK logarithm_unique.
by congr Drawn; scalars.
Qed.

Lemma choose_draw : cancel draw choose.
Proof.
case=> f' cB cT cr sB sT; rewrite /choose /draw /=.
congr Chosen; try scalars.
- by apply/ffunP => i; rewrite !ffunE addrC subrK.
- by rewrite /commit H_generates addrC subrK.
- by rewrite H_generates addrC subrK.
Qed.

(* What the prover draws obeys the rule at 0 exactly where what the simulator draws obeys it at x. *)
Lemma rule_corresponds (u : drawn) : rule (a u) 0 <-> rule (f (choose u)) x.
Proof.
have [_ rule_b] := legal_b; split=> e r.
  have := rule_line x rule_b e r; rewrite mulr1 addr0 => <-.
  by apply: eq_bigr => i _; rewrite ffunE.
have := rule_line (- x) rule_b e r.
have -> : - x * 1 + x = 0 by scalars.
by move=> <-; apply: eq_bigr => i _; rewrite ffunE mulrN addKr.
Qed.

(* Corresponding draws give the same view. *)
Lemma same_view (u : drawn) : rule (a u) 0 -> real u = simulated R E (choose u).
Proof.
move=> rule_a.
have [_ e1 e2 e3 e4] := completeness L G H g P rho (r_B u) (r_A u) (tau1 u) (tau0 u) (w u) y x legal_b rule_a.
have same : [ffun i => b i * x + a u i] =1 (fun i => b i * x + a u i) by move=> i; rewrite ffunE.
have same_commit z : commit H g [ffun i => b i * x + a u i] z = commit H g (fun i => b i * x + a u i) z.
  exact: commit_ext.
have same_bits : bit_sum y x [ffun i => b i * x + a u i] = bit_sum y x (fun i => b i * x + a u i).
  by apply: eq_bigr => i _; rewrite same.
have same_tallied : tallied_at L y [ffun i => b i * x + a u i] = tallied_at L y (fun i => b i * x + a u i).
  by apply: eq_bigr => o _; congr (_ * _); apply: eq_bigr => i _; rewrite same.
rewrite /real /simulated /choose /=; congr View.
- by rewrite same_commit -e1 /= [RHS]addrC addKr.
- by rewrite same_bits -e2 /= [RHS]addrC addKr.
- by rewrite -e3 /= [RHS]addrC addKr.
- by rewrite same_tallied -e4 /= [RHS]addrC addKr.
Qed.

(* Both together: the prover's view is the simulator's under a bijection of what they draw. *)
Theorem zero_knowledge :
  [/\ bijective choose, forall u, rule (a u) 0 <-> rule (f (choose u)) x
    & forall u, rule (a u) 0 -> real u = simulated R E (choose u)].
Proof.
split; [by exists draw; [exact: draw_choose|exact: choose_draw]|exact: rule_corresponds|exact: same_view].
Qed.

(* What the simulator makes is accepted, for any ciphertext, legal or not. *)
Lemma simulated_accepted S D u : rule (f u) x ->
  let s := simulated S D u in
  accepts M v L G H g P (First S D (seen_B s) (seen_A s)) y
    (Second (seen_T1 s) (seen_T0 s) (seen_A_R s) (seen_A_E s)) x
    (Answer (seen_f s) (seen_z_B s) (seen_z_T s) (seen_z_rho s)).
Proof.
move=> e s; split; rewrite /s /=; first exact: e.
- by rewrite /equation_1 /= addrC subrK.
- by rewrite /equation_2 /= addrC subrK.
- by rewrite /equation_3 /= addrC subrK.
- by rewrite /equation_4 /= addrC subrK.
Qed.
End ZeroKnowledge.
