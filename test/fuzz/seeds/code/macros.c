/* rescuer: { returns: 0, assumes: "nothing" } */
static int __init f(struct foo __user *p) __acquires(&p->lock)
{
#if IS_ENABLED(CONFIG_X) && defined(Y)
	list_for_each_entry(a, &p->list, node) {
#elif 1
	for_each_set_bit(i, p, 3) {
#else
	{
#endif
		scoped_guard(mutex, &p->lock) { g(p->x ? : 1); }
		switch (p->k) { case 1 ... 3: break; default: goto out; }
	}
	typeof(*p) q = (typeof(*p)){ .a = { [0 ... 3] = 1, }, };
	asm volatile("nop" ::: "memory");
	do { x(); } while (!READ_ONCE(p->y) && "s\"t" 'c');
out:
	return container_of(p, struct bar, member)->z;
}
SYSCALL_DEFINE2(x, int, a, char __user *, b) { return 0; }
#define M(a) \
	({ int _r = a; _r; })
MODULE_LICENSE("GPL");
static const struct target_type t = { .map = f, .name = "x" };
EXPORT_SYMBOL_GPL(f);
