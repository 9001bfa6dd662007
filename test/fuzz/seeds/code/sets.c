static int dm_map(struct dm_target *ti, struct bio *bio)
{
	struct veil *v = ti->private;
	struct bio *clone = bio_alloc_bioset(GFP_NOIO, 1, &v->bs);

	if (!clone)
		return -ENOMEM;
	while (v->n--)
		submit_bio_noacct(clone);
	return bioset_init(&v->bs, BIO_POOL_SIZE, offsetof(struct io, clone), BIOSET_NEED_BVECS | BIOSET_NEED_RESCUER);
}
enum { BIOSET_NEED_BVECS = 1 << 0, BIOSET_NEED_RESCUER = BIT(1), };
