import org.jspecify.annotations.NullMarked;

/** Fair scheduling between tenants, without any framework. */
@NullMarked
module dev.fairway {
    requires static org.jspecify;
    requires org.jctools.core;

    exports dev.fairway;
    exports dev.fairway.scheduler;
}
