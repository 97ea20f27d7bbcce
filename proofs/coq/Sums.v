(* Sums of encrypted ballots and what is read from them (specification, 6.1, 6.6, 8, 10.1, 10.6).

   Ballots are legal and encrypted (Soundness.v), keys and factors are the trustees' (Threshold.v); what comes out is the
   sum of what was chosen, as an integer, and obeys the rule times the number of ballots. *)
From mathcomp Require Import all_ssreflect all_algebra.
From Plebiscite Require Import Fields LinearBits Soundness Threshold.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory. Local Open Scope ring_scope.

(* Integers below the group's order are known by their image. *)
Section Integers.
Variables (F : fieldType) (q : nat).
Hypothesis order : forall l : nat, (0 < l < q)%N -> l%:R != 0 :> F.

Lemma small_integer_zero (l : int) : `|l| < q%:Z -> l%:~R = 0 :> F -> l = 0.
Proof.
case: l => [[|l]|l] small zero //.
  have /negP : l.+1%:R != 0 :> F by apply: order.
  by case; apply/eqP.
have /negP : l.+1%:R != 0 :> F by apply: order; move: small; rewrite NegzE normrN.
by case; rewrite -oppr_eq0; apply/eqP.
Qed.

Lemma small_integers_equal (l l' : int) : `|l - l'| < q%:Z -> l%:~R = l'%:~R :> F -> l = l'.
Proof.
move=> small same; apply/eqP; rewrite -subr_eq0; apply/eqP/small_integer_zero => //.
by rewrite rmorphB /= same subrr.
Qed.

(* 6.1: a rule with small numbers that holds modulo the order holds in the integers. *)
Theorem rule_in_integers N (M : 'I_N -> int) (v : int) (b : 'I_N -> bool) :
  \sum_i `|M i| + `|v| < q%:Z -> \sum_i (M i)%:~R * (b i)%:R = v%:~R :> F -> \sum_i M i * (b i)%:R = v.
Proof.
move=> small holds; apply: small_integers_equal.
  apply: le_lt_trans small; apply: le_trans (ler_norm_sub _ _) _; rewrite ler_add2r.
  apply: le_trans (ler_norm_sum _ _ _) _; apply: ler_sum => i _.
  by case: (b i); rewrite ?mulr1 // mulr0 normr0 normr_ge0.
rewrite -holds rmorph_sum; apply: eq_bigr => i _.
by rewrite rmorphM /=; case: (b i).
Qed.

(* 8: a count within the bound is the only one of its point. *)
Theorem count_unique (V : lmodType F) (G : V) (bound l l' : int) : G != 0 -> bound + bound < q%:Z ->
  `|l| <= bound -> `|l'| <= bound -> l%:~R *: G = l'%:~R *: G -> l = l'.
Proof.
move=> nG small lb lb' same; apply: small_integers_equal.
  by apply: le_lt_trans small; apply: le_trans (ler_norm_sub _ _) (ler_add lb lb').
apply/eqP; rewrite -subr_eq0; have: (l%:~R - l'%:~R) *: G == 0 by rewrite scalerBl same subrr.
by rewrite scaler_eq0 (negPf nG) orbF.
Qed.
End Integers.

Section Sums.
Variables (F : fieldType) (V : lmodType F).
Variables (N d k : nat).
Variables (M : 'I_d -> 'I_N -> F) (v : 'I_d -> F) (L : 'I_k -> 'I_N -> F).
Variables (G : V) (P : 'I_k -> V).
Variables (head : finType).
Implicit Types (b : head -> 'I_N -> F) (rho : head -> F) (cell : {set head}).

Definition sum_bits b cell i := \sum_(h in cell) b h i.

Lemma tallied_sum b cell o : tallied L o (sum_bits b cell) = \sum_(h in cell) tallied L o (b h).
Proof. by rewrite /tallied exchange_big; apply: eq_bigr => i _; rewrite mulr_sumr. Qed.

(* 6.6: the sum of ciphertexts is a ciphertext of the sum, its nonce the sum of nonces. *)
Theorem sum_encrypts (R : head -> V) (E : head -> 'I_k -> V) b rho cell :
  {in cell, forall h, R h = rho h *: G} ->
  {in cell, forall h o, E h o = tallied L o (b h) *: G + rho h *: P o} ->
  \sum_(h in cell) R h = (\sum_(h in cell) rho h) *: G /\
  forall o, \sum_(h in cell) E h o = tallied L o (sum_bits b cell) *: G + (\sum_(h in cell) rho h) *: P o.
Proof.
move=> nonce cipher; split; first by rewrite scaler_suml; apply: eq_bigr.
move=> o; rewrite tallied_sum !scaler_suml -big_split; apply: eq_bigr => h inside.
exact: cipher.
Qed.

(* The rule, carried to the tally: M (sum b) = (number of ballots) v. *)
Theorem rule_of_sum b cell : {in cell, forall h, rule M v (b h) 1} -> rule M v (sum_bits b cell) #|cell|%:R.
Proof.
move=> legal r; rewrite /sum_bits; under eq_bigr do rewrite mulr_sumr.
rewrite exchange_big (eq_bigr (fun=> v r)) => [|h inside]; last by rewrite legal // mul1r.
by rewrite sumr_const mulr_natl.
Qed.

(* 6.6: with the mask p_o times the sum of R, what is left is the sum of what was chosen. *)
Theorem sum_opens (R : head -> V) (E : head -> 'I_k -> V) b rho cell (p : 'I_k -> F) :
  (forall o, P o = p o *: G) ->
  {in cell, forall h, R h = rho h *: G} ->
  {in cell, forall h o, E h o = tallied L o (b h) *: G + rho h *: P o} ->
  forall o, \sum_(h in cell) E h o - p o *: (\sum_(h in cell) R h) = (\sum_(h in cell) tallied L o (b h)) *: G.
Proof.
move=> keys nonce cipher o; have [-> ->] := sum_encrypts nonce cipher.
by rewrite keys !scalerA [p o * _]mulrC addrK tallied_sum.
Qed.

(* Sums of parts are added, and the sum over no ballots is the identity. *)
Lemma sum_merges (U : head -> V) cell cell' : [disjoint cell & cell'] ->
  \sum_(h in cell :|: cell') U h = \sum_(h in cell) U h + \sum_(h in cell') U h.
Proof. by move=> apart; rewrite -bigU //=; apply: eq_bigl => h; rewrite !inE. Qed.

Lemma sum_of_none (U : head -> V) : \sum_(h in set0) U h = 0.
Proof. exact: big_set0. Qed.
End Sums.

(* From ballots to counts, in the integers of the form (6.1, 10.6): ballots that hold, keys of all n trustees, verified
   factors of any t of them. *)
Section Count.
Variables (F : fieldType) (V : lmodType F) (G : V) (q : nat).
Hypothesis G_nonzero : G != 0.
Hypothesis order : forall l : nat, (0 < l < q)%N -> l%:R != 0 :> F.
Variables (N d k : nat) (M : 'I_d -> 'I_N -> int) (v : 'I_d -> int) (L : 'I_k -> 'I_N -> int).
Let M_F r i : F := (M r i)%:~R.
Let v_F r : F := (v r)%:~R.
Let L_F o i : F := (L o i)%:~R.
Hypothesis rules_small : forall r, \sum_i `|M r i| + `|v r| < q%:Z.

(* The keys, by tallied number o (9). *)
Variables (n t : nat) (A : 'I_k -> 'I_n -> 'I_t -> V) (a : 'I_k -> 'I_n -> 'I_t -> F).
Hypothesis known : forall o j l, A o j l = a o j l *: G.
Let P o := election_key (A o).

Variables (head : finType) (m : head -> first V k) (cell : {set head}).
Hypothesis ballots : {in cell, forall h, encrypted M_F v_F L_F G P (m h)}.

(* The factors of t trustees at places xs, for each key. *)
Variables (xs : 'I_t -> F) (D : 'I_k -> 'I_t -> V).
Hypothesis xs_inj : injective xs.
Hypothesis factors : forall o, verified G (A o) xs (\sum_(h in cell) R (m h)) (D o).

(* The tallied number o of one choice, and of all in the cell. *)
Definition number (b : 'I_N -> bool) o : int := \sum_i L o i * (b i)%:R.

Theorem count_true (bound : int) : bound + bound < q%:Z ->
  exists b : head -> 'I_N -> bool,
    [/\ {in cell, forall h r, \sum_i M r i * (b h i)%:R = v r},
        forall r, \sum_i M r i * (\sum_(h in cell) (b h i)%:R) = #|cell|%:R * v r &
        forall o, let total := \sum_(h in cell) number (b h) o in
          \sum_(h in cell) E (m h) o - combined xs (D o) = total%:~R *: G /\
          forall found : int, `|found| <= bound -> `|total| <= bound ->
            found%:~R *: G = \sum_(h in cell) E (m h) o - combined xs (D o) -> found = total].
Proof.
move=> small.
have one h : exists w : ('I_N -> F) * F, h \in cell ->
    legal M_F v_F w.1 /\ R (m h) = w.2 *: G /\ forall o, E (m h) o = tallied L_F o w.1 *: G + w.2 *: P o.
  case: (boolP (h \in cell)) => [inside|_]; last by exists (fun=> 0, 0).
  by have [b [rho [lb Rb Eb]]] := ballots inside; exists (b, rho).
have [w opened_w] := fin_all_exists one.
have legal_w h : h \in cell -> legal M_F v_F (w h).1 by case/opened_w.
have nonce_w h : h \in cell -> R (m h) = (w h).2 *: G by case/opened_w => _ [].
have cipher_w h : h \in cell -> forall o, E (m h) o = tallied L_F o (w h).1 *: G + (w h).2 *: P o.
  by case/opened_w => _ [].
pose b h i := (w h).1 i == 1.
have bits h i : h \in cell -> (w h).1 i = (b h i)%:R.
  move=> inside; rewrite /b; have [zero_one _] := legal_w h inside.
  by case: (zero_one i) => ->; rewrite ?eqxx // eq_sym oner_eq0.
have tally_F h o : h \in cell -> tallied L_F o (w h).1 = (number (b h) o)%:~R.
  move=> inside; rewrite /tallied /number rmorph_sum; apply: eq_bigr => i _.
  by rewrite bits // rmorphM /=; case: (b h i).
have rules : {in cell, forall h r, \sum_i M r i * (b h i)%:R = v r}.
  move=> h inside r; apply: (rule_in_integers order (rules_small r)).
  have [_ rule_w] := legal_w h inside; rewrite -[RHS]mul1r -rule_w.
  by apply: eq_bigr => i _; rewrite bits.
exists b; split=> //.
  move=> r; under eq_bigr do rewrite mulr_sumr.
  rewrite exchange_big (eq_bigr (fun=> v r)) => [|h inside]; last exact: rules.
  by rewrite sumr_const mulr_natl.
move=> o total; have opened : \sum_(h in cell) E (m h) o - combined xs (D o) = total%:~R *: G.
  rewrite (combination G_nonzero (known o) xs_inj (factors o)).
  rewrite (@sum_opens _ _ _ _ L_F G P _ (fun h => R (m h)) (fun h => E (m h)) (fun h => (w h).1) (fun h => (w h).2)
    cell (fun o => (whole (a o)).[0])).
  - by congr (_ *: _); rewrite rmorph_sum; apply: eq_bigr => h; apply: tally_F.
  - by move=> o'; apply: P_is_whole.
  - exact: nonce_w.
  - exact: cipher_w.
split=> // found found_small total_small; rewrite opened.
exact: (count_unique order G_nonzero small).
Qed.
End Count.
