package dev.fairway.sample;

import dev.fairway.Completed;
import dev.fairway.sample.desk.PrintJob;
import dev.fairway.sample.render.RenderedPage;
import dev.fairway.scheduler.Channel;
import dev.fairway.scheduler.FairScheduler;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** The application on a port and a database of its own. */
final class RunningDesk implements AutoCloseable {
    final ConfigurableApplicationContext context;
    final DeskClient client;

    private RunningDesk(ConfigurableApplicationContext context) {
        this.context = context;
        this.client = new DeskClient(context.getEnvironment().getRequiredProperty("local.server.port", Integer.class));
    }

    /** Imports nothing unless the arguments say so. */
    static RunningDesk start(String... arguments) {
        List<String> all = new ArrayList<>(List.of(
                "--import=none",
                "--server.port=0",
                "--spring.main.banner-mode=off",
                "--spring.datasource.url=jdbc:h2:mem:" + UUID.randomUUID()
                        + ";DB_CLOSE_DELAY=-1;DB_CLOSE_ON_EXIT=FALSE"));
        for (String argument : arguments) {
            String name = argument.substring(0, argument.indexOf('=') + 1);
            all.removeIf(other -> other.startsWith(name));
            all.add(argument);
        }
        return new RunningDesk(
                new SpringApplicationBuilder(PrintDeskApplication.class, Gate.class).run(all.toArray(String[]::new)));
    }

    Gate gate() {
        return context.getBean(Gate.class);
    }

    @SuppressWarnings("unchecked")
    FairScheduler<PrintJob, Completed<RenderedPage>> scheduler() {
        return context.getBean("render", FairScheduler.class);
    }

    Channel<PrintJob, Completed<RenderedPage>> channel(String tenant) {
        return scheduler().channel(tenant);
    }

    @Override
    public void close() {
        gate().open();
        context.close();
    }
}
