(* Batch verification (specification, 7): the one sum is the weighted sum of every equation's error; it is zero where all
   hold, and where one fails at most one weight in #|W| hides it; halving names exactly the ballots that fail, but for
   such luck.

   What is not here: that weights hashed from the batch and fresh bytes are like weights drawn evenly and after the
   batch is fixed. *)
From mathcomp Require Import all_ssreflect all_algebra.
From Plebiscite Require Import Fields LinearBits Weights Knowledge.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory. Local Open Scope ring_scope.

(* Step 3: coefficients of bases that equations share are summed, so each base enters once. *)
Section OneSum.
Variables (F : fieldType) (V : lmodType F) (equations bases : finType).
Variables (base : bases -> V) (own : equations -> V) (coefficient : equations -> bases -> F).
Variables (W : finType) (scalar : W -> F).

(* An equation brought to one side: the ballot's own points, and multiples of shared bases. *)
Definition one_side j := own j + \sum_b coefficient j b *: base b.

Definition collected (w : {ffun equations -> W}) :=
  \sum_j scalar (w j) *: own j + \sum_b (\sum_j scalar (w j) * coefficient j b) *: base b.

Theorem collected_weighted w : collected w = weighted scalar one_side w.
Proof.
rewrite /collected /weighted /one_side; under [RHS]eq_bigr do rewrite scalerDr scaler_sumr.
rewrite big_split /= exchange_big /=; congr (_ + _); apply: eq_bigr => b _.
by rewrite scaler_suml; apply: eq_bigr => j _; rewrite scalerA.
Qed.
End OneSum.

(* The four equations of one contest and the signature, each brought to one side as it is emitted (7, step 3). *)
Section Equations.
Variables (F : fieldType) (V : lmodType F) (N k : nat).
Variables (L : 'I_k -> 'I_N -> F) (G H : V) (g : 'I_N -> V) (P : 'I_k -> V).
Implicit Types (m : first V k) (n : second V) (c : answer F N).

Definition side_1 m x c := x *: B m + A m + (\sum_i - resp c i *: g i + - z_B c *: H).
Definition side_2 n y x c := x *: T1 n + T0 n + (- bit_sum y x (resp c) *: G + - z_T c *: H).
Definition side_3 m n x c := x *: R m + A_R n + - z_rho c *: G.
Definition side_4 m n y x c := \sum_(o < k) (x * y ^+ o.+1) *: E m o + A_E n +
  (- tallied_at L y (resp c) *: G + \sum_(o < k) - (z_rho c * y ^+ o.+1) *: P o).
Definition side_signature (A K : V) (h z : F) := A + h *: K + - z *: G.

Lemma side_1_holds m x c : side_1 m x c = 0 <-> equation_1 H g m x c.
Proof.
rewrite /side_1 /equation_1 /commit; under eq_bigr do rewrite scaleNr.
rewrite sumrN scaleNr -opprD; split => [/eqP|->]; last by rewrite subrr.
by rewrite subr_eq0 => /eqP.
Qed.

Lemma side_2_holds n y x c : side_2 n y x c = 0 <-> equation_2 G H n y x c.
Proof.
rewrite /side_2 /equation_2 !scaleNr -opprD; split => [/eqP|->]; last by rewrite subrr.
by rewrite subr_eq0 => /eqP.
Qed.

Lemma side_3_holds m n x c : side_3 m n x c = 0 <-> equation_3 G m n x c.
Proof.
rewrite /side_3 /equation_3 scaleNr; split => [/eqP|->]; last by rewrite subrr.
by rewrite subr_eq0 => /eqP.
Qed.

Lemma side_4_holds m n y x c : side_4 m n y x c = 0 <-> equation_4 L G P m n y x c.
Proof.
rewrite /side_4 /equation_4 /over_keys !scaler_sumr.
rewrite (eq_bigr (fun o : 'I_k => x *: (y ^+ o.+1 *: E m o))) => [|o _]; last by rewrite scalerA.
rewrite [X in _ + (_ + X)](eq_bigr (fun o : 'I_k => - (z_rho c *: (y ^+ o.+1 *: P o)))); last first.
  by move=> o _; rewrite scaleNr scalerA.
rewrite sumrN scaleNr -opprD; split => [/eqP|->]; last by rewrite subrr.
by rewrite subr_eq0 => /eqP.
Qed.

Lemma side_signature_holds A K h z : side_signature A K h z = 0 <-> knowledge_equation G K A h z.
Proof.
rewrite /side_signature /knowledge_equation scaleNr; split => [/eqP|->]; last by rewrite subrr.
by rewrite subr_eq0 => /eqP ->.
Qed.

End Equations.

(* A batch: ballots i, contests q, each contest with its own form and keys; equation (i, None) is the ballot's signature,
   equation (i, Some (q, e)) is that number of its contest q. *)
Section Batch.
Variables (F : fieldType) (V : lmodType F).
Variables (W : finType) (scalar : W -> F).
Hypothesis scalar_inj : injective scalar.
Variables (ballots contests : nat) (N d k : 'I_contests -> nat).
Variables (M : forall q, 'I_(d q) -> 'I_(N q) -> F) (v : forall q, 'I_(d q) -> F).
Variables (L : forall q, 'I_(k q) -> 'I_(N q) -> F).
Variables (G H : V) (g : nat -> V) (P : forall q, 'I_(k q) -> V).
Variables (m : forall (i : 'I_ballots) q, first V (k q)) (n : 'I_ballots -> 'I_contests -> second V).
Variables (c : forall (i : 'I_ballots) q, answer F (N q)) (y x : 'I_ballots -> 'I_contests -> F).
Variables (A_s K : 'I_ballots -> V) (c_s z_s : 'I_ballots -> F).
(* Responses at the pivots are solved (6.1), so the rule holds before any equation is judged. *)
Hypothesis solved : forall i q, rule (@M q) (@v q) (resp (c i q)) (x i q).

Definition ballot_holds i :=
  (forall q, accepts (@M q) (@v q) (@L q) G H (fun l : 'I_(N q) => g l) (@P q)
     (m i q) (y i q) (n i q) (x i q) (c i q)) /\
  knowledge_equation G (K i) (A_s i) (c_s i) (z_s i).

Definition equation_index : finType := [finType of 'I_ballots * option ('I_contests * 'I_4)].
Definition side (j : equation_index) : V :=
  let i := j.1 in
  if j.2 is Some (q, e) then
    match val e with
    | 0 => side_1 H (fun l : 'I_(N q) => g l) (m i q) (x i q) (c i q)
    | 1 => side_2 G H (n i q) (y i q) (x i q) (c i q)
    | 2 => side_3 G (m i q) (n i q) (x i q) (c i q)
    | _ => side_4 (@L q) G (@P q) (m i q) (n i q) (y i q) (x i q) (c i q)
    end
  else side_signature G (A_s i) (K i) (c_s i) (z_s i).

Lemma ballot_holds_sides i : ballot_holds i <-> forall s, side (i, s) = 0.
Proof.
split => [[contests_hold signed] [[q e]|]|zero].
- have [_ /side_1_holds e1 /side_2_holds e2 /side_3_holds e3 /side_4_holds e4] := contests_hold q.
  by rewrite /side /=; case: e => -[|[|[|[|]]]].
- exact/side_signature_holds.
split => [q|]; last by apply/side_signature_holds; have := zero None.
split; first exact: solved.
- by apply/side_1_holds; exact: zero (Some (q, Ordinal (isT : 0 < 4)%N)).
- by apply/side_2_holds; exact: zero (Some (q, Ordinal (isT : 1 < 4)%N)).
- by apply/side_3_holds; exact: zero (Some (q, Ordinal (isT : 2 < 4)%N)).
- by apply/side_4_holds; exact: zero (Some (q, Ordinal (isT : 3 < 4)%N)).
Qed.

Definition batch_sum := weighted scalar side.

Theorem batch_complete w : (forall i, ballot_holds i) -> batch_sum w = 0.
Proof. by move=> hold; apply: weighted_zero => -[i s]; have /ballot_holds_sides := hold i. Qed.

(* One ballot that fails: at most one in #|W| of all choices of weights hides it. *)
Theorem batch_sound i : ~ ballot_holds i ->
  (#|[set w | batch_sum w == 0%R]| * #|W| <= #|{ffun equation_index -> W}|)%N.
Proof.
move=> fails; case: (boolP [forall s, side (i, s) == 0]) => [/forallP zero|].
  by case: fails; apply/ballot_holds_sides => s; apply/eqP.
by rewrite negb_forall => /existsP[s nz]; apply: few_weights nz.
Qed.

(* And the others' weights being what they are, one value at most of the failing equation's weight does. *)
Theorem batch_one_weight i s w u u' : side (i, s) != 0 ->
  batch_sum (reweighted w (i, s) u) = 0 -> batch_sum (reweighted w (i, s) u') = 0 -> u = u'.
Proof. exact: one_weight. Qed.
End Batch.

(* Weights known before the ballots are: two errors that cancel. *)
Lemma batch_forgery_weights_known (F : fieldType) (V : lmodType F) (I : finType) (w : I -> F) i i' (delta : V) :
  i != i' -> w i' != 0 ->
  let e l := if l == i then delta else if l == i' then (- w i / w i') *: delta else 0 in
  \sum_l w l *: e l = 0.
Proof.
move=> ii nz e; rewrite (bigD1 i) //= (bigD1 i') 1?eq_sym //= big1 ?addr0; last first.
  by move=> l /andP[/negPf li /negPf li']; rewrite /e li li' scaler0.
by rewrite /e eqxx [i' == i]eq_sym (negPf ii) eqxx scalerA mulrCA divff // mulr1 scaleNr subrr.
Qed.

(* Step 4: halving. check says of ballots together what their one sum says, single what a ballot's equations say. *)
Section Halving.
Variables (ballot : eqType) (single : pred ballot) (check : pred (seq ballot)).
Implicit Types (s p : seq ballot).
Definition halves s := (take (size s)./2 s, drop (size s)./2 s).

Fixpoint named (fuel : nat) s : seq ballot :=
  match s, fuel with
  | [::], _ => [::]
  | [:: b], _ => if single b then [::] else [:: b]
  | _, 0 => [::]
  | _, fuel'.+1 => if check s then [::] else named fuel' (halves s).1 ++ named fuel' (halves s).2
  end.

(* What may be checked together: the batch, its halves, their halves; never one ballot. *)
Fixpoint parts (fuel : nat) s : seq (seq ballot) :=
  match s, fuel with
  | [::], _ | [:: _], _ | _, 0 => [::]
  | _, fuel'.+1 => s :: parts fuel' (halves s).1 ++ parts fuel' (halves s).2
  end.

Lemma halves_sizes s : (1 < size s)%N ->
  [/\ 0 < size (halves s).1, 0 < size (halves s).2 & size (halves s).1 + size (halves s).2 = size s]%N.
Proof.
move=> two; have low : (0 < (size s)./2)%N by rewrite half_gt0.
have high : ((size s)./2 < size s)%N by rewrite -{2}(odd_double_half (size s)) -addnn addnA -[X in (X < _)%N]add0n ltn_add2r addn_gt0 low orbT.
by split; rewrite /= ?size_take ?size_drop ?high // ?subn_gt0 // subnKC // ltnW.
Qed.

Lemma named_more fuel s : (1 < size s)%N ->
  named fuel.+1 s = if check s then [::] else named fuel (halves s).1 ++ named fuel (halves s).2.
Proof. by case: s => [|b [|b' s]]. Qed.

Lemma parts_more fuel s : (1 < size s)%N ->
  parts fuel.+1 s = s :: parts fuel (halves s).1 ++ parts fuel (halves s).2.
Proof. by case: s => [|b [|b' s]]. Qed.

Lemma short_named fuel s : (size s <= 1)%N -> named fuel s = [seq b <- s | ~~ single b].
Proof. by case: s fuel => [|b [|//]] [|fuel] _ //=; case: (single b). Qed.

Lemma short_parts fuel s : (size s <= 1)%N -> parts fuel s = [::].
Proof. by case: s fuel => [|b [|//]] [|fuel]. Qed.

(* No ballot that holds is ever named, whatever the weights are. *)
Theorem named_fail fuel s b : b \in named fuel s -> b \in s /\ ~~ single b.
Proof.
elim: fuel s => [|fuel rec] s; case: (leqP (size s) 1) => size_s.
- by rewrite short_named // mem_filter => /andP[].
- by case: s size_s => [|b1 [|b2 s]].
- by rewrite short_named // mem_filter => /andP[].
rewrite named_more //; case: (check s) => //; rewrite mem_cat => /orP[] /rec[inside fails]; split=> //.
  exact: mem_take inside.
exact: mem_drop inside.
Qed.

(* Unless a part with a false ballot passes, every false ballot is named, in order. *)
Theorem named_all fuel s : (size s <= fuel)%N -> {in parts fuel s, forall p, check p -> all single p} ->
  named fuel s = [seq b <- s | ~~ single b].
Proof.
elim: fuel s => [|fuel rec] s; case: (leqP (size s) 1) => size_s fits; try by rewrite short_named.
  by move: (leq_trans size_s fits).
rewrite named_more // parts_more // => honest; case: ifP => [/(honest s (mem_head _ _)) /allP all_hold|_].
  by rewrite (eq_in_filter (a2 := pred0)) ?filter_pred0 // => b /all_hold ->.
have [s1 s2 sizes] := halves_sizes size_s.
rewrite !rec -?filter_cat ?cat_take_drop //.
- by rewrite -ltnS (leq_trans _ fits) // -sizes -[X in (X < _)%N]add0n ltn_add2r.
- by move=> p inside; apply: honest; rewrite inE mem_cat inside !orbT.
- by rewrite -ltnS (leq_trans _ fits) // -sizes -[X in (X < _)%N]addn0 ltn_add2l.
- by move=> p inside; apply: honest; rewrite inE mem_cat inside !orbT.
Qed.

(* So a batch of n ballots draws weights n - 1 times at most. *)
Theorem parts_number fuel s : (size (parts fuel s) <= (size s).-1)%N.
Proof.
elim: fuel s => [|fuel rec] s; case: (leqP (size s) 1) => size_s; try by rewrite short_parts.
  by case: s size_s => [|b1 [|b2 s]].
rewrite parts_more // -cat1s !size_cat add1n; have [s1 s2 <-] := halves_sizes size_s.
apply: leq_ltn_trans (leq_add (rec _) (rec _)) _.
by case: (size _) s1 => // a' _; case: (size _) s2 => // b' _; rewrite addSn addnS /=.
Qed.

Lemma parts_inside fuel s p : p \in parts fuel s -> {subset p <= s}.
Proof.
elim: fuel s => [|fuel rec] s; case: (leqP (size s) 1) => size_s; try by rewrite short_parts.
  by case: s size_s => [|b1 [|b2 s]].
rewrite parts_more // inE mem_cat => /or3P[/eqP -> //|/rec|/rec] inside b /inside; first exact: mem_take.
exact: mem_drop.
Qed.
End Halving.

(* Any one of several events, each of which is at most one in u. *)
Lemma any_of_few (all : finType) (T : eqType) (events : seq T) (event : T -> {set all}) (u : nat) :
  {in events, forall p, #|event p| * u <= #|all|}%N ->
  (#|\bigcup_(p <- events) event p| * u <= size events * #|all|)%N.
Proof.
elim: events => [|p events rec] few; first by rewrite big_nil cards0 !mul0n.
rewrite big_cons mulSn; apply: leq_trans (_ : _ <= (#|event p| + #|\bigcup_(p' <- events) event p'|) * u)%N _.
  by rewrite leq_mul2r cardsU leq_subr orbT.
rewrite mulnDl leq_add ?few ?mem_head // rec // => p' inside; apply: few.
by rewrite inE inside orbT.
Qed.

(* The whole of step 4 over a batch of n ballots with equations s each: every part draws weights of its own. *)
Section Chance.
Variables (F : fieldType) (V : lmodType F).
Variables (W : finType) (scalar : W -> F).
Hypothesis scalar_inj : injective scalar.
Variables (n : nat) (equations : finType) (side : 'I_n * equations -> V).
Let batch := enum 'I_n.
Let all_parts := parts n batch.
Definition single i := [forall s, side (i, s) == 0].
(* The weight of an equation in the part p. *)
Definition weights := {ffun 'I_n.+1 * ('I_n * equations) -> W}.
Definition part_sum (w : weights) (p : seq 'I_n) :=
  \sum_(j : 'I_n * equations | j.1 \in p) scalar (w (inord (index p all_parts), j)) *: side j.
Definition together w (p : seq 'I_n) := part_sum w p == 0.

Lemma part_few (p : seq 'I_n) i : i \in p -> ~~ single i ->
  (#|[set w | together w p]| * #|W| <= #|{: weights}|)%N.
Proof.
move=> inside; rewrite negb_forall => /existsP[s nz].
pose e (lj : 'I_n.+1 * ('I_n * equations)) :=
  if (lj.1 == inord (index p all_parts)) && (lj.2.1 \in p) then side lj.2 else 0.
have part_weighted w : part_sum w p = weighted scalar e w.
  rewrite /weighted; transitivity (\sum_l \sum_j scalar (w (l, j)) *: e (l, j)).
    rewrite (bigD1 (inord (index p all_parts))) //= [X in _ + X]big1 ?addr0.
      rewrite /part_sum big_mkcond; apply: eq_bigr => j _; rewrite /e /= eqxx /=.
      by case: ifP; rewrite ?scaler0.
    by move=> l /negPf other; rewrite big1 // => j _; rewrite /e /= other scaler0.
  by rewrite pair_bigA; apply: eq_bigr => -[l j] _.
rewrite /together; under eq_finset do rewrite part_weighted.
apply: (@few_weights _ _ _ _ scalar_inj _ _ (inord (index p all_parts), (i, s))).
by rewrite /e /= eqxx inside.
Qed.

(* All but at most n - 1 in #|W| of the choices of weights name exactly the ballots that single verification refuses. *)
Theorem batch_agrees_with_single :
  (#|[set w | named single (together w) n batch != [seq i <- batch | ~~ single i]]| * #|W|
    <= n.-1 * #|{: weights}|)%N.
Proof.
pose luck (p : seq 'I_n) := if all single p then set0 else [set w | together w p].
have rare : {in all_parts, forall p, #|luck p| * #|W| <= #|{: weights}|}%N.
  move=> p _; rewrite /luck; case: (boolP (all single p)) => [_|/allPn[i]]; first by rewrite cards0.
  exact: part_few.
apply: leq_trans (leq_trans (any_of_few rare) _); last first.
  rewrite leq_mul2r; apply/orP; right.
  by rewrite (leq_trans (parts_number _ _)) // size_enum_ord.
rewrite leq_mul2r; apply/orP; right; apply/subset_leq_card/subsetP => w; rewrite inE => differs.
rewrite -[_ \in _]negbK; apply: contra differs => lucky; apply/eqP/named_all; first by rewrite size_enum_ord.
move=> p inside passes; rewrite -[all _ _]negbK; apply: contra lucky => fails.
by rewrite (big_rem p) // inE /luck (negPf fails) inE passes.
Qed.
End Chance.

(* Weights of 128 bits: at most n - 1 in 2^128. *)
Corollary batch_agrees_128 (F : fieldType) (V : lmodType F) (W : finType) (scalar : W -> F) :
  injective scalar -> #|W| = (2 ^ 128)%N ->
  forall n (equations : finType) (side : 'I_n * equations -> V),
  (#|[set w : weights W n equations |
      named (single side) (together scalar side w) n (enum 'I_n) != [seq i <- enum 'I_n | ~~ single side i]]| * 2 ^ 128
    <= n.-1 * #|{: weights W n equations}|)%N.
Proof. by move=> inj <- n equations side; apply: batch_agrees_with_single. Qed.
